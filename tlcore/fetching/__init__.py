"""How files come over the network: stated first, resumed, checked.  No torch."""
