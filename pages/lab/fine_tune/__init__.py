"""The lab: choose, start, watch, read the result.  Everything it sets is in the shared link."""
