"""WHEN: one flow a file; the file, the function and the deployment share a name."""
