### People told by name on starting a task

told-title = To be notified
told-count = { $told } of { $all } notified · { $seen } have seen it
# $time (String)
told-rule = Each must say that they have seen it within { $time } of being notified.
told-not-yet = Not notified
told-unseen = Notified, not seen
told-unseen-late = Not seen in time
# $time (String)
told-seen = Seen { $time }
told-how = { $time } · { $means } · { $who }
told-see-by = to be seen by { $time }
told-gone = no longer concerned
told-hint = Tick everyone who was notified in the same way at the same time. Each also gets a notice here. A call that was answered is not their own word that they have seen it.
told-people = who was notified
told-people-rule = people on the task's list
told-means = How
told-means-rule = telephone, in_person or message
told-telephone = by telephone
told-in-person = in person
told-message = by message
told-at = When
told-at-rule = a time since it happened
told-save = Record as notified
told-mine = { $who } notified you of this incident, { $time }, { $means }.
told-confirm = I have seen it
told-by-name = Notified by name
told-circle-leading-group = leader, deputy leader and members of the Leading Group
told-circle-heads = heads of the departments affected
# $time (String)
told-seen-within = seen within { $time }
