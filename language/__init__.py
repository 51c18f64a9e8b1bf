"""In which words: the marks every room puts around its texts, and the message catalogues, one file a room."""
