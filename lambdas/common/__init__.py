"""What two or more stages use. Imports no stage."""
