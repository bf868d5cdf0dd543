"""The data that is measured on."""

from bench.data.dataset import Subject, prepare

__all__ = ["Subject", "prepare"]
