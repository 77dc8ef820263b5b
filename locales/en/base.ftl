### The shell round every page

brand = Zhihui
brand-line = Customer service emergency command
skip = Skip to content
# $time (String)
practice-banner = Practice · the clock stands at { $time } · nothing here is real
# $time (String)
offline = Disconnected since { $time }, reconnecting. The page shows that moment.
nav-main = Main
nav-board = Board
nav-department = My department
nav-driver = Driver report
nav-duty = Duty desk
nav-incidents = Incidents
nav-report = Report
nav-notices = Notices
nav-plan = Plan
nav-matrix = Duty matrix
nav-calendar = Calendar
nav-people = People
nav-audit = Audit
unread-notices = unread notices
language = Language
switch = Switch
theme = Theme
theme-auto = Auto
theme-light = Light
theme-dark = Dark
user-menu = User menu
wall-mode = Wall mode
my-account = My account
sign-in = Sign in
sign-out = Sign out
more = More
search = search
shortcuts = shortcuts
shortcuts-show = Show this table
close = Close
save = Save
plan-edition = Plan edition
zone-note = All times are Asia/Shanghai (UTC+8)
proposed = proposed
proposed-note = marks what is ours and not the plan's
unit-day = d
unit-hour = h
unit-minute = min
to-start = To the start page
error-not-found = Not found
error-forbidden = Not allowed
error-refused = Not done
error-fault = Something went wrong
# $id (String)
fault = Something went wrong on our side and was logged. Number: { $id }
body-rule = content in the agreed form
optional = optional
practice = Practice
