-- The calendar page says which limits each change moved; without this it would read the whole journal for it.
create index journal_limit_moved on journal (id) where kind = 'limit_moved';
