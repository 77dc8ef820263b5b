-- What pages ask for each time they are drawn must not grow dearer with what has long been closed.

-- The department's page: what it ended today.
create index task_ended on task (department, ended_at) where ended_at is not null;
-- The duty desk: the number last used for each party outside.
create index contact_party on contact (party, at desc);
