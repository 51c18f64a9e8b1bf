"""The guards of the harness, by name: what each one watches. The self-test switches them off one by one."""

GUARDS = {
    "wait": "the outputs are ready when the wait returns",
    "recompilation": "nothing is compiled again during the rounds",
    "result": "the result agrees with the float64 reference",
    "layout": "matched variants hold their data in the same layout family",
    "gap": "a ratio that lies beyond the noise is called by its name",
    "floor": "a ratio within the noise is called too close",
    "rounds": "too few rounds give no verdict",
    "crash": "a child that dies is noticed at once, and how it died is told",
    "deadline": "a child that does not answer in time is ended",
    "memory": "a child that holds too much memory is ended before the machine runs out",
    "busy": "processors that others took are counted and told",
}
