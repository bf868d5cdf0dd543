"""What may be done with jobs that are not one's own."""

PERMISSIONS = {
    "job.read": "See every job of the desk",
    "job.manage": "Cancel and retry any job",
}
