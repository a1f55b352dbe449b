"""`passdesk demo`: the real connector against the simulators, with a made-up company."""
