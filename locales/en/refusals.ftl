### Refusals and warnings, by the codes of the message catalogue

m-outside-city = This plan covers incidents within this city only (1.4). The report was not registered.
# $dept (String)
m-out-of-scope = What you report affects none of order taking, settlement, sorting or delivery and is not a supply matter (1.4). Please report it to: { $dept }.
m-plan-readonly = The edition in force cannot be edited. The Leading Group must draft and approve a new edition (2.1.2, 4).
# $date (String)
m-no-edition = No edition of the plan was in force on { $date }; an incident cannot be registered under it.
m-severity-not-yours = The level must be confirmed by the leader, the deputy leader or the acting commander.
# $severity (String)
# $sub_kind (String)
m-severity-not-allowed = The level “{ $severity }” does not apply to “{ $sub_kind }”.
# $field (String)
m-required = Please fill in: { $field }.
m-location-vague = State the exact place: road with kilometre mark, house number, coordinates or a clear landmark (3.3.1).
m-future-time = The time of occurrence may not be in the future.
m-self-clear-first = Try to clear the fault in your own department first; report directly to the Information Centre only what you cannot clear (2.1.2).
# $no (String)
# $min (String)
m-duplicate = This looks like incident { $no } (same kind, same place, within { $min } minutes). Merge it, or say why it is a different incident.
# $no (String)
m-merged-closed = This report has been merged into { $no }. Please add to that incident.
# $dept (String)
m-not-your-task = This task belongs to { $dept }; you cannot acknowledge or complete it for them.
m-ack-first = Acknowledge the task before completing it.
# $evidence (String)
m-evidence-missing = Evidence for completion is missing: { $evidence }.
# $task (String)
m-prereq = A preceding task is not done: { $task }.
m-refuse-reason = Returning or reassigning a task needs a reason.
m-record-locked = Records cannot be changed or deleted. Add a correction instead.
# $list (String)
m-close-blocked = The incident cannot be closed: { $list }.
m-reopen-reason = Reopening needs a reason and is for the leader, deputy leader or the Inspection and Appraisal Centre only.
m-drill-mix = A drill may not be merged with, linked to or announced as a real incident.
m-drill-external = Do not actually contact outside parties in a drill; record the contact as “simulated”.
# $time (String)
m-stale = Someone else updated this at { $time }. Check the change and submit again.
m-casualty-field = First say whether anyone is hurt.
# $channels (String)
m-channel-missing = Proof still missing for: { $channels } (3.2.1 requires television, radio and mobile platform).
m-site-head = The head of the unit where it happened must attend and be recorded (2.1.2).
m-insp-readonly = The Inspection and Appraisal Centre does not take part in handling; it cannot acknowledge, complete or change tasks.
m-forbidden = You are not allowed to view or do this.
m-two-leaders = There is exactly one leader and one deputy leader (2.1.1).
m-not-found = What you asked for was not found, or is not yours to see.
# $field (String)
m-unknown-field = Unknown field: { $field }.
# $field (String)
# $expected (String)
m-bad-value = “{ $field }” cannot be read; expected: { $expected }.
m-sign-in = The sign-in name or the password is wrong.
# $time (String)
m-too-many-tries = Too many tries. Try again after { $time }.
m-sign-in-first = Sign in first.
m-not-lg = The right to amend and interpret the plan belongs to the Leading Group (2.1.2, 4). You may not do this.
m-lg-seat-empty = Leading Group seat empty: { $seat }. Name a holder first, or have the leader confirm the vacancy.
m-hq-only-major = A headquarters is set up only for a major incident (2.1.1). Raise the incident to major first.
m-leader-present = No acting commander may be authorised while the leader or deputy leader is in the city (2.1.1): { $who } is in the city.
m-acting-not-head = An acting commander must be the head of a relevant department (2.1.1).
m-acting-no-subdelegate = An acting commander may not delegate further.
m-acting-limits = An acting commander may not revise or interpret the plan, nor act in another incident.
m-command-taken = This incident already has a commander: { $who }. Hand over first.
m-standdown-open = { $n } directives are still open, or ordering, settlement, sorting or delivery is not back to normal; the headquarters cannot be stood down.
m-directive-no-limit = A directive must state a completion limit (2.1.1, 2.1.2).
m-directive-past = The limit may not be in the past.
m-directive-not-issuer = Only the leader, the deputy leader or the commander in office may issue, extend or withdraw a directive.
m-limit-looser = This limit is longer than the plan's ({ $clause }: { $words }). Only the leader or deputy leader may loosen it, with a reason.
m-no-decision = A signed decision to suspend, alter or resume service is needed before announcing (3.2.1).
m-decision-lg = Region-wide service changes are decided by the Leading Group (3.2.1).
m-decision-lgo = Service changes in part of the region are decided by the Leading Group Office (3.2.2).
m-decision-incomplete = A decision must state its type, the areas and the times.
m-circular-fields = A circular must state to whom, the facts and the clause relied on.
m-rectify-self = A department may not accept its own rectification.
m-rectify-open = Rectification has not been accepted; the case cannot be closed.
m-effective-past = The effective date may not be earlier than the day of approval.
m-pin-reason = Moving an open incident to another edition needs the leader or deputy leader and a reason.
m-edition-gap = The draft has a gap and cannot be approved: { $record }: { $fault }
