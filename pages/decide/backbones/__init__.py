"""Which backbones there are: what each can do, what it costs, how fast it is on this machine."""
