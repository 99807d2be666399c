"""The server beneath the pages: routes, middleware, who asks, and how much one may ask."""
