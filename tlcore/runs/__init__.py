"""A run from request to result: spec, queue, dispatcher, worker, store.  No torch but in
worker.py."""
