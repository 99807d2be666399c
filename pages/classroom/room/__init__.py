"""The room: where students find this page, how busy it is, and what whoever sits here may do."""
