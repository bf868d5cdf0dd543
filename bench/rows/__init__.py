"""What is measured, a file for each family. Each has `measure(bench)`, which gives its rows one by one."""
