"""Where do profiles of customers come from: the product's own table, or a service of the customer's?"""
