### People, accounts and posts

# $length (String)
password-rule = at least { $length } characters, and not the sign-in name
login-rule = lower-case letters, digits, dots and dashes, 64 at most
login-free-rule = a sign-in name not yet in use
post-rule = a post of the plan in a department that has it
