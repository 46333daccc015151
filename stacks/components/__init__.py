"""What several stacks need, each written once."""
