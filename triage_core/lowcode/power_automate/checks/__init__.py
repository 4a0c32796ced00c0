"""What is looked for in a flow: one module for each thing that can be wrong with it."""
