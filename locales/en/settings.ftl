### Settings: the proposed numbers of the plan

set-title = Settings
set-intro = The numbers the program reckons with. Those the plan fixes are changed by a revision only; the others are proposed, and the leader or deputy may set them. The text of the edition stays as it is.
set-search = Search tasks, departments, steps
set-only = only numbers set otherwise
set-none = No number fits.
set-group-single = By themselves
# $name (String)
set-group-ladder = Ladder: { $name }
# $department (String)
set-group-tasks = Tasks: { $department }
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
set-warn-first = a warning that comes before the UPS is empty
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
