### Settings: the proposed numbers of the plan

set-title = Settings
set-intro = The numbers the program reckons with. Those the plan fixes are changed by a revision only; the others are proposed, and the leader or deputy may set them. The text of the edition stays as it is.
set-search = Search tasks, departments, steps
set-only = only numbers set otherwise
set-none = No number fits.
# $name (String)
set-group-ladder = Ladder: { $name }
# $kind (String)
set-group-tasks = Tasks: { $kind }
# $n (String)
# $when (String)
# $tell (String)
set-step = Step { $n }: { $when } — { $tell }
set-ack = Time to sign
set-due = Limit
set-seen = Time to have seen it
set-ups-runtime = How long the UPS carries the load
set-ups-warning = The UPS warning comes when this much is left
set-supply-director = Approval limit of the customer service director
set-weather-most = “Most customers” is more than this share
set-weather-near = “Approaching region-wide” from this share on
set-order-cutoff = Order cut-off
set-daily-clock = Hour of daily duties
# $n (String)
set-cartons = { $n } cartons
set-unit-cartons = cartons
# $least (String)
# $most (String)
set-range = a whole number from { $least } to { $most }
set-time-of-day = a time of day such as 16:00
set-now-or-later = now or later
set-reason = Reason
# $text (String)
set-instead = instead of { $text }
# $value (String)
# $from (String)
set-coming = { $value } from { $from }
set-history = Changes made
set-history-none = Nothing was set; the numbers are those of the edition.
# $old (String)
# $new (String)
# $from (String)
set-changed = { $old } → { $new }, from { $from }
set-back = All numbers
set-in-force = In force now
# $code (String)
set-in-text = In the text of edition { $code }
# $from (String)
set-from-then = From { $from }
set-fixed = This number is the plan's own. Only a revision by the Leading Group changes it.
set-change = Set it otherwise
set-value = New number
set-valid-from = In force from
set-valid-hint = Blank: from now on
set-note-task = Tasks that open from then on take the new number. Open tasks keep theirs.
set-note-incident = Incidents reported from then on take the new number. Open incidents keep theirs.
set-do = Set
set-link = Settings
set-group-hours = Working hours and fixed hours
set-group-thresholds = Thresholds
set-group-approvals = Approval limits of supply
set-group-shared = Tasks of several kinds of incident
set-window-start = Working hours begin
set-window-end = Working hours end
set-duplicate-window = Reports of the same kind and place within this time look like one
set-phone-attempts = Unanswered calls before a customer counts as not reached
set-phone-retry = Time between two calls to the same customer
set-supply-deputy-manager = Approval limit of the marketing department’s deputy manager
set-supply-officer = Approval limit of the designated consumer-supply officer
set-supply-days = Requests of one customer are added up over this time
# $n (String)
set-days = { $n } days
# $n (String)
set-times = { $n } times
set-unit-days = days
set-unit-times = times
# $value (String)
# $name (String)
set-below = less than { $value }, which is set for “{ $name }”
# $value (String)
# $name (String)
set-above = more than { $value }, which is set for “{ $name }”
set-differs = Set otherwise now
