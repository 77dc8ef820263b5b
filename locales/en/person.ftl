### People, accounts and posts

login = Sign-in name
password = Password
demo-accounts = Demo accounts
demo-password = The password is in the start window
# $length (String)
password-rule = at least { $length } characters, and not the sign-in name
password-same-rule = the same password twice
password-current-rule = your present password
login-rule = lower-case letters, digits, dots and dashes, 64 at most
login-free-rule = a sign-in name not yet in use
post-rule = a post of the plan in a department that has it
language-rule = Simplified Chinese, Traditional Chinese or English
# $length (String)
length-rule = { $length } characters at most
password-changed = The password is changed. Other devices have been signed out.
change-password = Change password
password-current = Present password
password-new = New password
password-again = New password again
password-first = First password
password-reset = Reset password
posts = Posts
post = Post
no-posts = No posts
role = Role
department = Department
none-yet = None yet
name = Name
phone = Telephone
people-intro = Accounts are closed, never deleted; the history keeps the name.
account-new = New account
account-create = Create account
accounts = Accounts
accounts-open = Show open accounts
accounts-closed = Show closed accounts
account-is-closed = Closed
# $time (String)
account-closed-at = The account was closed at { $time }.
account-close = Close account
account-close-note = The person can no longer sign in, the posts become vacant, and open tasks return to the head of the department. This cannot be undone.
nobody = No accounts
from = From
until = Until
post-end = End
post-give = Give this post
