"""Which steps led the tables to where they are? Each step is written once and never changed."""
