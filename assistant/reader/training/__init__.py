"""Training the reader: data, negatives, the run itself, and the table of measurements."""
