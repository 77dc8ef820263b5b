### The plan clause by clause, and the duty matrix

plan-trial = trial implementation
plan-in-force = in force
plan-later = not yet in force
plan-earlier = superseded
# $date (String)
plan-effective = in force from { $date }
# $date (String)
plan-effective-trial = in force from { $date }, on trial
# $n (String)
plan-count = { $n } clauses
plan-editions = Editions
plan-choose = Edition shown
plan-show = Show
# $code (String)
plan-other-edition = This is not the edition in force. In force: { $code }
plan-to-in-force = Show the edition in force
plan-search = Search the clauses
plan-search-do = Search
plan-search-hint = In any of the three languages
# $q (String)
# $n (String)
plan-found = “{ $q }”: clauses found: { $n }
# $q (String)
plan-none-found = No clause mentions “{ $q }”.
plan-show-all = Show all
plan-sections = Sections
plan-stated = named in the clause
plan-inferred-from = inferred from the division of duties
plan-concerns = Departments
# $n (String)
plan-resting = Tasks that rest on this clause ({ $n })
plan-standing = Standing duty
plan-edition-approved = Approved
plan-edition-before = before the system existed
plan-edition-from = In force from
plan-edition-status = Status
plan-edition-code = Edition
plan-edition-changes = Differences from the edition before
plan-edition-first = first edition
plan-edition-same = no difference in clauses or matrix
plan-edition-added = Clauses added
plan-edition-removed = Clauses removed
plan-edition-changed = Clauses changed
# $n (String)
plan-edition-tasks = Tasks of the matrix changed: { $n }
plan-editions-note = Exactly one edition is in force at any moment; the last effective one stays until replaced. An incident keeps the edition it was reported under.
plan-mark-plan = plan
plan-mark-inferred = inferred
plan-mark-hook = duty in the plan, timing proposed
plan-legend = Marks
plan-legend-plan = the plan says so
plan-legend-inferred = the plan implies it without saying it
plan-legend-proposed = the plan is silent; ours
plan-legend-time = Minutes and hours run day and night; working minutes, working hours and working days only in working time. In a major incident all but working days run day and night (proposed).
matrix-intro = Situation by level. The number in a cell counts its tasks; open it for departments, limits and clauses.
matrix-situation = Situation
# $n (String)
matrix-tasks = { $n }
# $sub_kind (String)
# $severity (String)
matrix-cell-label = tasks: { $sub_kind }, { $severity }
matrix-none = does not apply
matrix-search = Find a situation
# $q (String)
matrix-no-match = No situation mentions “{ $q }”.
matrix-department = By department
matrix-all-departments = All departments
# $name (String)
matrix-of-department = Duties of the { $name }
matrix-task = Task
matrix-owns = Responsible
matrix-helps = Cooperates
matrix-helps-note = Must sign for the request and answer it
matrix-standing = Standing duties (not tied to an incident)
matrix-back = Back to the duty matrix
matrix-route-ours = Procedure
matrix-ack = Acknowledge within
matrix-due = Finish
# $words (String)
matrix-words = The plan's words: “{ $words }”
matrix-no-words = The plan states no limit
matrix-trigger = Opens
matrix-evidence = Evidence
matrix-external = Outside parties
matrix-note = Note
matrix-ladder = Escalation
matrix-found-in = Found in
matrix-clauses = Clauses
matrix-rules = How the level is proposed
# $who (String)
matrix-confirmed-by = confirmed by: { $who }
matrix-scope-whole = whole region
matrix-scope-part = part of the region
matrix-default = default
trigger-open = At once, with the report
# $list (String)
trigger-after = When done: { $list }
# $name (String)
trigger-condition = When this arises: { $name }
trigger-recovery = When recovery is recorded
trigger-close = When the incident is closed
# $name (String)
trigger-when = provided that: { $name }
trigger-region = one in each region concerned
done-report = done by filing the report
done-acknowledgement = done by acknowledging
done-system = performed by the system
resolve-incident-region = of the incident's region
resolve-vehicle-home = where the vehicle is stationed
resolve-region-delivery = whoever delivers in that region
resolve-reporter-department = the reporter's own department
resolve-site-owner = the department that owns the place
resolve-supply-authority = as the quantity limits decide
# $n (String)
limit-minutes = { $n } min
# $n (String)
limit-minutes-working = { $n } working min
# $n (String)
limit-hours = { $n } h
# $n (String)
limit-hours-working = { $n } working h
# $n (String)
limit-working-day = { $n } working day
# $n (String)
limit-working-days = { $n } working days
limit-day-end = The same day
limit-day-end-hour = until 23:59
limit-order-day = On the order day
# $time (String)
limit-order-hour = before the order cut-off, { $time }
limit-daily = Every day
# $time (String)
limit-daily-hour = at { $time }
# $n (String)
limit-recurring = every { $n } min
limit-as-set = as the instruction sets
# $n (String)
limit-percent = { $n }%
limit-at-once = at once
ladder-unsigned = Not acknowledged by the limit
# $time (String)
ladder-unsigned-after = Not acknowledged { $time } past the limit
ladder-overdue = Not done by the due time
# $time (String)
ladder-overdue-after = Not done { $time } past the due time
ladder-overdue-at-close = Overdue when the incident closes
# $n (String)
ladder-fraction = Not done with { $n }% of the limit used
# $time (String)
ladder-before-due = { $time } before the due time
ladder-undecided = Not decided by the limit
# $time (String)
ladder-undecided-after = Not decided { $time } past the limit
# $time (String)
ladder-before-cutoff = { $time } before the order cut-off
ladder-undecided-at-cutoff = Not decided at the order cut-off
ladder-unseen = Not seen by the limit
# $time (String)
ladder-unseen-after = Not seen { $time } past the limit
# $who (String)
ladder-tell = tell { $who }
every-week = every week
# $n (String)
every-weeks = every { $n } weeks
every-month = every month
# $n (String)
every-months = every { $n } months
every-calendar-day = every day
every-working-day = every working day
every-absence = each absence
plan-edition-tasks-added = Tasks added: { $n }
plan-edition-tasks-removed = Tasks removed: { $n }
