-- A sender's own key for what a call made: sent again, it is the same. Reports keep theirs beside the report itself.
create table sent_once (
    person uuid not null references person,
    -- What the call makes.
    call text not null,
    key text not null,
    -- The number of what was made; of a draft without one its id.
    made text not null,
    at timestamptz not null,
    primary key (person, call, key)
);
