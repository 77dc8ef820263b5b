### The working calendar

# $year (String)
cal-title = Working calendar { $year }
# $from (String)
# $to (String)
cal-hours = Working hours { $from }–{ $to }
cal-lunch = lunch is not deducted
# $n (String)
cal-one-day = One working day = { $n } hours of working time, counted from the notification
# $time (String)
cal-cutoff = Order cut-off { $time }
# $time (String)
cal-daily = Daily hour { $time }
cal-years = Year
# $year (String)
cal-unpublished = The holidays of { $year } are not yet published. Only weekends are known; open limits are recomputed once they are entered.
cal-working = working day
cal-weekend = weekend
cal-holiday = holiday
cal-make-up = make-up working day
cal-today = today
cal-holiday-sign = off
cal-make-up-sign = on
cal-months = January,February,March,April,May,June,July,August,September,October,November,December
# $n (String)
cal-month-days = working days: { $n }
cal-one-title = When one working day ends
cal-one-from = Notified at
cal-one-do = Work it out
cal-one-now = Notified now
cal-one-why = One working day.
# $days (String)
# $name (String)
cal-skip-holiday = { $days } ({ $name }) do not count
# $days (String)
cal-skip-weekend = { $days }, weekend, do not count
# $days (String)
cal-make-up-counts = { $days }, make-up working, count
cal-time-rule = a date and time, such as 2026-09-30T17:05
cal-edit = Change the calendar
cal-who = leader, deputy leader
cal-read-only = Leader and deputy leader maintain the calendar; everyone may read it.
cal-from = From
cal-to = To
cal-to-hint = leave empty for a single day
cal-as = Make it
cal-as-plain = as its weekday
cal-name = Name
cal-name-hint = such as “National Day”; may stay empty for a make-up working day
# $language (String)
cal-name-in = Name ({ $language })
cal-name-others = Name in the other languages
cal-name-others-hint = the name above is used where empty
cal-preview = Show which limits would move
cal-save = Save and recompute open limits
# $from (String)
# $to (String)
cal-date-rule = a date from { $from } to { $to }
# $n (String)
cal-range-rule = not before the first day, and at most { $n } days
# $n (String)
cal-name-rule = at most { $n } characters
cal-both = holiday or make-up working day, one of the two
# $n (String)
cal-would = If saved, open limits that move: { $n }
cal-would-none = If saved, no open limit moves
# $days (String)
# $kind (String)
# $n (String)
cal-saved = { $days }: now { $kind }. Open limits moved: { $n }
# $days (String)
# $kind (String)
cal-saved-none = { $days }: now { $kind }. No open limit moved
cal-unchanged = The calendar already stands so; nothing changed
cal-no-limit = none
cal-ack-only = only the time to acknowledge moved
cal-history = Changes
cal-history-none = Nothing has been changed.
cal-history-days = Days
cal-history-change = Change
cal-history-by = By
cal-history-at = At
cal-history-moved = Limits moved
cal-history-earlier = Earlier changes
cal-system = the system (first entry)
cal-plain = as its weekday
