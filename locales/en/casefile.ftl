### The page of an incident, the list of incidents, and notices

cf-all = All
cf-all-departments = All departments
cf-answer = Answer
# $answer (String)
cf-answered = Answer: { $answer }
cf-as-set = as set by the leader
cf-assign = Assign
cf-assign-hint = Assigning is not signing. A task already signed for stays signed for; one that is not is signed for by the person assigned or the head.
cf-assign-to = To
cf-attach = Attach a file
cf-back = Back to the incident
# $n (String)
cf-blocked = Not yet. What stands in the way: { $n }
cf-called = called
cf-called-at = Called at
cf-cause = Cause
cf-check-in = Check in
cf-check-in-by = Next check-in
cf-child = consequence of this incident
cf-clause = Clause
cf-closable = Nothing stands in the way; whoever may close it can.
cf-close = Close the incident
cf-closing = Closing
cf-comment = Comment
cf-complete = Report done
cf-conditions = Conditions and recovery
# $level (String)
cf-confirm = Confirm the level: { $level }
# $who (String)
# $time (String)
cf-confirmed-by = Confirmed by { $who }, { $time }
cf-contact = Log a contact
cf-contacts = External contacts
cf-correct = Correct
cf-correct-hint = The original stays, struck through; the correction stands below it.
cf-correct-text = It should read
# $time (String)
# $who (String)
cf-corrected-by = corrected { $time } · { $who }
cf-daily-clock = at the daily hour
cf-day-end = by the end of the day
# $n (String)
cf-day-end-later = by the end of day { $n }
cf-despite = Close although linked incidents are open (leader)
cf-done-by = Done by
# $time (String)
cf-due-at = due { $time }
cf-earlier = Proposed before
cf-elapsed = Elapsed
# $who (String)
# $time (String)
cf-ended = { $who } · { $time }
# $who (String)
# $time (String)
cf-ended-in-time = { $who } · { $time } · in time
# $who (String)
# $time (String)
# $span (String)
cf-ended-late = { $who } · { $time } · { $span } late
# $time (String)
cf-entered-at = entered { $time }
cf-entry-kind = Kind
cf-estimate = Expected to be done by
cf-evidence = Evidence
cf-evidence-hint = number, who, when
# $name (String)
cf-evidence-words = { $name }: details
cf-fig-customers = Active customers
cf-fig-expected-back = Expected back
cf-fig-near-whole = Near the whole region
cf-fig-regions = Regions in all
cf-fig-regions-affected = Regions affected
cf-fig-share = Share
cf-fig-unsupplied = Customers not supplied
cf-fig-ups-low = UPS low
cf-file = Photo or document
# $n (String)
cf-file-count = at most { $n } files an incident
cf-file-hint = JPEG, PNG, WebP, HEIC, PDF, Office documents or TXT; 10 MB each, 20 an incident at most
cf-file-incident = The incident as a whole
cf-file-size = a file of at most 10 MB
cf-file-task = For the task
cf-file-types = a photo (JPEG, PNG, WebP, HEIC), a PDF, an Office document or a TXT file
cf-files = Attachments
cf-filter = Filter
cf-given = given
# $who (String)
cf-given-to = given to { $who }
cf-help = Cooperating
cf-help-answer = Answer
cf-help-answered = Helped
cf-help-asked = To sign for
# $time (String)
cf-help-by = sign by { $time }
cf-help-done = Helped
cf-help-refuse = Can't help
cf-help-refused = Refused
cf-help-sign = Sign for the help
cf-help-signed = Signed for
cf-help-text = Result, or why it can't be given
# $days (String)
# $name (String)
cf-holiday = { $days } ({ $name })
# $n (String)
cf-hours = { $n } h
cf-incident-closed = Closed
cf-incident-merged = Merged
cf-incident-open = Open
cf-incident-unsigned = Tasks to sign for
cf-keep = Tasks to keep although the new level has none of them
cf-kind = Kind
# $span (String)
cf-late-by = { $span } late
cf-late-sent = late
# $span (String)
cf-left = { $span } left
cf-level = Level
cf-limits = Limits
cf-line-caption = What happened, and what will happen if nobody acts
cf-link = Link an incident
cf-link-same-matter = the same matter, of another kind
cf-links = Linked incidents
cf-log = Log it
cf-member-rule = a member of the department
cf-merge = Merge into another
cf-merge-hint = Both reports are kept and no task is doubled. It can be undone within 24 hours.
cf-merge-number = Number of the other incident
cf-merge-sure = It is the same incident
cf-merged-into = Merged into
# $n (String)
cf-minutes = { $n } min
cf-more = Earlier incidents
cf-move = Move
cf-move-hint = The clock does not start again.
cf-no = No
cf-no-contacts = Nobody outside was called yet.
cf-no-evidence = This task asks for no evidence.
cf-no-files = No files.
cf-no-links = No linked incidents.
cf-none-found = No incident fits.
cf-not-arisen = Did not arise
cf-not-called = not called yet
cf-not-yet = not yet
cf-now = Now. Below: what will happen if nobody acts.
cf-now-nothing = Now. Nothing is waiting to happen.
cf-number = Incident number
cf-officer = Officer in charge
cf-on-behalf = On behalf of
cf-order = No.
cf-order-cutoff = by the order cut-off
# $span (String)
cf-over = overdue { $span }
cf-paper-note = A4 portrait, legible in black and white; the export is on record
cf-paper-title = Customer service emergency: incident file
cf-parent = cause of this incident
cf-party = Party
# $time (String)
cf-paused-until = clock paused, goes on { $time }
cf-phone = Number
cf-planned = plan
cf-print = Print
# $time (String)
# $who (String)
cf-printed = printed { $time } · { $who }
cf-progress = Add progress
cf-progress-text = What was done, how things stand
cf-promised = Promised for
cf-reason = Reason
cf-received = Reported
cf-reclassify = Change the level
cf-reclassify-hint = Tasks both levels have go on with their clocks. A change needs a reason.
cf-recover = Record recovery
cf-recovered = Recovered
cf-recovered-at = Recovered at
# $n (String)
cf-recurring = every { $n } min
cf-reference = Report
cf-region = Region
cf-reopen = Reopen
cf-reporter = Reporter
cf-reports = Report
cf-restored-at = Restored at
cf-result = Result
cf-return = Give back
cf-return-hint = The officer in charge moves it; the clock does not start again.
cf-return-member-hint = It goes back to the head; the clock does not start again.
# $time (String)
# $reason (String)
cf-returned = Given back { $time }, to be moved: { $reason }
cf-rule = Rule
cf-scope = Scope
cf-scope-part = Part of the region
cf-scope-whole = Whole region
cf-search = Number or words
# $time (String)
cf-sent-at = sent late, { $time }
cf-set-false = Set to no
cf-set-true = Set to yes
cf-side = That incident is
cf-side-child = a consequence of this one
cf-side-parent = the cause of this one
cf-side-rule = decided by which came first
cf-sign = Sign for
cf-sign-by = Sign for by
cf-sign-estimate = Sign with an estimate
cf-sign-inspection = Inspection and Appraisal Centre
cf-sign-officer = Officer in charge
# $time (String)
cf-signed-at = signed { $time }
cf-state = State
cf-task-cancelled = Cancelled
cf-task-done = Done
cf-task-not-arisen = Did not arise
cf-task-open = To sign for
cf-task-paused = Clock paused
cf-task-signed = Signed for
cf-tasks = Tasks
cf-this-incident = This incident
cf-threshold = thresholds
cf-time = Time
cf-timeline = Timeline
cf-to-confirm = to confirm
# $day (String)
cf-today = { $day } · today
cf-told-at = Called in
cf-undo-merge = Undo the merge
cf-unknown = not known
cf-updated = Last update
cf-ups = UPS
# $minutes (String)
cf-ups-note = Reckoned at { $minutes } min. The source reads 56 h where 5–6 h is meant.
# $since (String)
# $until (String)
cf-ups-since = Mains lost { $since }, empty { $until }
# $percent (String)
cf-used = { $percent }% of the limit used
cf-vacant = post vacant, next one up acts
# $n (String)
cf-waiting = Not open yet ({ $n })
# $list (String)
cf-waits-after = after: { $list }
cf-waits-close = after closing
# $condition (String)
cf-waits-condition = if: { $condition }
cf-waits-recovery = after recovery
# $days (String)
cf-weekend = { $days } (weekend)
cf-what = What
cf-whole-city = Whole city
cf-why-major = Major incident: the clock runs day and night.
# $allowance (String)
# $list (String)
cf-why-skipped = { $allowance } of working time. Not counted: { $list }.
# $allowance (String)
cf-why-working = { $allowance } of working time.
cf-will-happen = Will happen
# $words (String)
cf-words = “{ $words }”
# $words (String)
# $taken (String)
cf-words-taken = “{ $words }”, taken as { $taken }
# $n (Number)
cf-working-days = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
# $n (Number)
cf-working-hours = { $n ->
    [one] 1 working hour
   *[other] { $n } working hours
}
# $n (String)
cf-working-minutes = { $n } working minutes
cf-yes = Yes
nt-fresh = new
nt-intro = A notice counts as seen when you open it or mark it. Who has seen what, and when, is kept on record.
nt-none = No notices.
nt-see = Mark as seen
nt-see-all = Mark all as seen
# $list (String)
nt-seen-by = Seen by { $list }
# $to (String)
nt-to = Told to { $to }
nt-unseen = Seen by nobody
cf-over-now = overdue
# $span (String)
cf-over-working = overdue by { $span } of working time
# $span (String)
cf-left-working = { $span } of working time left
# $taken (String)
cf-words-none = the plan gives none, taken as { $taken }
# $time (String)
cf-resumes = goes on { $time }
cf-help-over = No longer asked for
cf-next-sign = Next limit: sign for
cf-next-done = Next limit: be done with
cf-next-check-in = Next limit: check in on
cf-wide-city = Reported for the whole city, so every region counts.
cf-wide-supply = A matter of supply and demand concerns every region.
cf-wide-level = A major or region-wide level concerns every region.
# $n (String)
cf-more-like-it = … and { $n } more like it
cf-show-tasks = Which tasks are shown
cf-none-unsigned = No task is waiting to be signed for.
cf-evidence-stated = in words or figures
