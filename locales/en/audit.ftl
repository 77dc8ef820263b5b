### The audit trail

audit-intro = Who did what when. Rows are only ever added; administrators cannot change them either.
# $count (String)
audit-whole = The trail is whole: { $count } entries, numbers and hashes in order.
# $seq (String)
audit-broken = The trail breaks at entry { $seq }: an entry is missing or was changed.
audit-entries = Entries
audit-number = No.
audit-time = Time
audit-who = Who
audit-what = What
audit-target = To what
audit-outcome = Outcome
audit-address = Address
audit-earlier = Earlier entries
audit-done = Done
audit-denied = Denied
audit-failed = Failed
audit-sign-in = Sign-in
audit-sign-out = Sign-out
audit-denied-attempt = Attempt without right
audit-account-created = Account created
audit-account-closed = Account closed
audit-posts-changed = Posts changed
audit-password-changed = Password changed
audit-export = Export
audit-begun = Posts given
audit-ended = Posts ended
audit-code = Code
audit-request = Request
audit-locked-until = Locked until
audit-report-refused = Report outside the plan
audit-format = Format
