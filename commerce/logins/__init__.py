"""How customers get into their accounts: e-mail and password, browsers that are logged in, passwords forgotten."""
