"""`./desk bench explain`: how the main lists are planned at size. Fails where an index does not serve one."""

from bench.plans.explaining import explain

__all__ = ["explain"]
