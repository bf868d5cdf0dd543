"""What can happen to jobs."""

EVENT_TYPES = {
    "job.cancelled": "A job was cancelled",
    "job.retried": "A parked job was asked for again",
}
