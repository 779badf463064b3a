"""What a person sets: widgets, tables and files, all of them in the link."""
