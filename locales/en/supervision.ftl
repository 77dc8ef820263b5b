### The check log of the leadership

ck-title = Check log
ck-intro = What the leadership looked at, found and urged; beside it what is overdue.
ck-note = Note a check
ck-department = Department
ck-department-rule = a department of the plan
ck-choose = choose
ck-incident = Incident number
ck-incident-hint = Blank when it was about no incident.
ck-looked-at = What was looked at
ck-finding = What was found
ck-urge = What was urged
ck-save = Note it
ck-none = Nothing has been noted yet.
ck-log = Checks
ck-directive = Make a directive
ck-circular = Make a circular
ck-became = Became { $number }
ck-overdue = Overdue by department
ck-overdue-none = Nothing is overdue.
ck-tasks = Tasks
ck-directives = Directives
ck-unsigned = Not signed for
ck-by = { $who }, { $time }
ck-draft = a draft of a circular
