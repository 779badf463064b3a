"""The frame of a concept's page, the shell around every page, the run that was pinned, and calm where it fails."""
