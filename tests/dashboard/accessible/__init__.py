"""Every page as it is read without a mouse, without some colours, on a phone, on paper: one site, one browser."""
