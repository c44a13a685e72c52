"""Where alerts go besides the bus: at least once each, with the alert's stable id."""
