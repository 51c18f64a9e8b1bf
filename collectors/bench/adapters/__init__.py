"""How each framework is started, wrapped, waited for and asked what is in force; one module a framework."""
