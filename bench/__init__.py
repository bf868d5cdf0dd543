"""Measures the product against hand-written routes that do the same, on the same database, in the same run.

    ./desk bench [--tickets 100000] [--seconds 5] [--rounds 3]

Figures of shared machines are noisy, so routes alternate and ratios of medians count.
"""
