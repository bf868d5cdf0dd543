"""Writes the tables of the documentation that follow from the code: settings, commands, fields, permissions, codes.

A page marks where a table goes; what stands between the marks is written by `./desk docs`:

    <!-- begin generated: settings -->
    <!-- end generated -->

`./desk docs --check` writes nothing and fails when a page is not what the code says.
"""
