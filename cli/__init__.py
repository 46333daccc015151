"""The operator's side: what people run, beside the stacks and the functions."""
