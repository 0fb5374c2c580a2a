-- The nouns and the ledger. One text for SQLite and PostgreSQL: @INT, @FLAG, @BLOB, @TABLE, @NARROW (a table without
-- rowid), @ID (on SQLite the rowid), @BY_ID (the key, also to read on from) and @AT_ID (never read on from: one tree less on SQLite)
-- are spelt out by db/migrate.c. One statement a step; a step that has run is never edited.
-- Times are milliseconds UTC, 0 means "not"; ids are made by the program (base/id.h); district leads every key.

CREATE TABLE unit (
    district @INT NOT NULL, id @ID NOT NULL,
    code TEXT NOT NULL CHECK (length(code) <= 32), kind TEXT NOT NULL,
    parent_id @INT NOT NULL, path TEXT NOT NULL, depth @INT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) <= 100), place TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT '', serves_id @INT NOT NULL DEFAULT 0, facts TEXT NOT NULL DEFAULT '',
    lon @INT NOT NULL DEFAULT 0, lat @INT NOT NULL DEFAULT 0,
    from_at @INT NOT NULL, to_at @INT NOT NULL DEFAULT 0,
    @BY_ID
) @TABLE;
CREATE UNIQUE INDEX unit_code ON unit (district, code);
CREATE UNIQUE INDEX unit_path ON unit (district, path);

CREATE TABLE area (
    district @INT NOT NULL, unit_id @INT NOT NULL,
    geojson TEXT NOT NULL, schematic @FLAG NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, unit_id)
) @TABLE;

-- born is the year alone, 0: not known. name '' : the person was erased.
CREATE TABLE person (
    district @INT NOT NULL, id @ID NOT NULL,
    name TEXT NOT NULL CHECK (length(name) <= 60), phone_sealed TEXT NOT NULL DEFAULT '', born @INT NOT NULL DEFAULT 0,
    lang TEXT NOT NULL DEFAULT 'zh', at @INT NOT NULL,
    @BY_ID
) @TABLE;

CREATE TABLE login (
    district @INT NOT NULL, name TEXT NOT NULL CHECK (length(name) <= 60), person_id @INT NOT NULL,
    hash TEXT NOT NULL, failures @INT NOT NULL DEFAULT 0, locked_until @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, name)
) @TABLE;
CREATE INDEX login_person ON login (district, person_id);

CREATE TABLE session (
    district @INT NOT NULL, token_hash @BLOB NOT NULL, person_id @INT NOT NULL, csrf TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '', is_token @FLAG NOT NULL DEFAULT 0,
    created_at @INT NOT NULL, seen_at @INT NOT NULL, expires_at @INT NOT NULL,
    PRIMARY KEY (district, token_hash)
) @TABLE;
CREATE INDEX session_person ON session (district, person_id);
CREATE INDEX session_expiry ON session (district, expires_at);

CREATE TABLE post (
    district @INT NOT NULL, id @ID NOT NULL, person_id @INT NOT NULL, unit_id @INT NOT NULL,
    role TEXT NOT NULL, from_at @INT NOT NULL, to_at @INT NOT NULL DEFAULT 0, facts TEXT NOT NULL DEFAULT '',
    @BY_ID
) @TABLE;
CREATE INDEX post_person ON post (district, person_id);
CREATE INDEX post_unit ON post (district, unit_id, role);

-- A matter. state is the engine's (proc_state_write); every column beside it is derived from state
-- and events, for lists and figures, and yingshao verify recomputes it.
CREATE TABLE matter (
    district @INT NOT NULL, id @ID NOT NULL, number TEXT NOT NULL,
    mechanism TEXT NOT NULL, def_hash TEXT NOT NULL, state TEXT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) <= 200), body TEXT NOT NULL CHECK (length(body) <= 8000),
    channel TEXT NOT NULL, subject TEXT NOT NULL, place TEXT NOT NULL DEFAULT '',
    lon @INT NOT NULL DEFAULT 0, lat @INT NOT NULL DEFAULT 0,
    unit_id @INT NOT NULL, unit_path TEXT NOT NULL,
    grid_id @INT NOT NULL, community_id @INT NOT NULL, street_id @INT NOT NULL,
    step TEXT NOT NULL, stage TEXT NOT NULL, grade TEXT NOT NULL DEFAULT '', round @INT NOT NULL DEFAULT 1,
    outcome TEXT NOT NULL DEFAULT '', key_matter @FLAG NOT NULL DEFAULT 0,
    supervised @INT NOT NULL DEFAULT 0, late @FLAG NOT NULL DEFAULT 0, bundle_id @INT NOT NULL DEFAULT 0,
    opener_id @INT NOT NULL DEFAULT 0, first_unit_id @INT NOT NULL DEFAULT 0, reported_at @INT NOT NULL, opened_at @INT NOT NULL,
    due_at @INT NOT NULL DEFAULT 0, timer_at @INT NOT NULL DEFAULT 0, ended_at @INT NOT NULL DEFAULT 0,
    changed_at @INT NOT NULL, seq @INT NOT NULL, head @BLOB NOT NULL, counts TEXT NOT NULL DEFAULT '',
    @BY_ID
) @TABLE;
CREATE UNIQUE INDEX matter_number ON matter (district, number);
CREATE INDEX matter_timer ON matter (district, timer_at) WHERE timer_at > 0;
CREATE INDEX matter_street ON matter (district, street_id, id, community_id);
CREATE INDEX matter_open ON matter (district, stage, id) WHERE ended_at = 0;
CREATE INDEX matter_now ON matter (district, unit_path, mechanism, late) WHERE ended_at = 0;
CREATE INDEX matter_supervised ON matter (district, id) WHERE supervised > 0;
CREATE INDEX matter_late ON matter (district, id) WHERE late > 0;
CREATE INDEX matter_bundle ON matter (district, bundle_id) WHERE bundle_id > 0;

-- Numbers that other systems gave (12345 orders): taken once.
CREATE TABLE foreign_number (
    district @INT NOT NULL, channel TEXT NOT NULL, number TEXT NOT NULL CHECK (length(number) <= 64), matter_id @INT NOT NULL,
    PRIMARY KEY (district, channel, number)
) @NARROW;

-- The next human number of a day, taken last in the transaction.
CREATE TABLE numbering (
    district @INT NOT NULL, day @INT NOT NULL, last @INT NOT NULL,
    PRIMARY KEY (district, day)
) @NARROW;

-- Whose turn it is: one row for each turn of an open matter (proc_turns). Inboxes read this. unit_id 0: it is open to whoever
-- holds the role in a unit of this kind.
CREATE TABLE turn (
    district @INT NOT NULL, unit_id @INT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL DEFAULT '', matter_id @INT NOT NULL, part @INT NOT NULL,
    started_at @INT NOT NULL, due_at @INT NOT NULL, term TEXT NOT NULL,
    PRIMARY KEY (district, matter_id, part, unit_id, role, kind)
) @NARROW;
CREATE INDEX turn_inbox ON turn (district, unit_id, role, due_at, matter_id);
CREATE INDEX turn_open ON turn (district, role, kind, matter_id) WHERE unit_id = 0;

-- Every pack that was in use, file by file, and the hashes of its definitions: a matter goes on under the one it began with.
CREATE TABLE pack_version (
    district @INT NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, at @INT NOT NULL,
    definitions TEXT NOT NULL, files TEXT NOT NULL,
    PRIMARY KEY (district, hash)
) @TABLE;

-- The parts of a whistle, and what a person has had to do with: done inboxes.
CREATE TABLE part (
    district @INT NOT NULL, matter_id @INT NOT NULL, n @INT NOT NULL, round @INT NOT NULL, unit_id @INT NOT NULL,
    is_lead @FLAG NOT NULL, step TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '',
    started_at @INT NOT NULL, due_at @INT NOT NULL DEFAULT 0, reported_in_at @INT NOT NULL DEFAULT 0, ended_at @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, matter_id, n)
) @TABLE;

-- Units that a matter concerns besides those whose ground it lies on. how: doing (it is at work on it or holds it, or the matter lies
-- with it and with no community), handed (somebody there opened it for others).
CREATE TABLE concern (
    district @INT NOT NULL, unit_id @INT NOT NULL, how TEXT NOT NULL, matter_id @INT NOT NULL,
    PRIMARY KEY (district, unit_id, how, matter_id)
) @NARROW;
CREATE INDEX concern_matter ON concern (district, matter_id, unit_id);

CREATE TABLE handled (
    district @INT NOT NULL, person_id @INT NOT NULL, matter_id @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, person_id, matter_id)
) @NARROW;

-- What a project is to settle: from_id is the project, to_id the matter, kind: closes.
CREATE TABLE link (
    district @INT NOT NULL, from_id @INT NOT NULL, to_id @INT NOT NULL, kind TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, from_id, to_id)
) @NARROW;
CREATE INDEX link_to ON link (district, to_id, from_id, kind);

-- Everybody who reported a matter keeps their own receipt, answer and rating, bundled or not.
CREATE TABLE report (
    district @INT NOT NULL, id @ID NOT NULL, matter_id @INT NOT NULL, person_id @INT NOT NULL DEFAULT 0,
    code_hash @BLOB NOT NULL, name_sealed TEXT NOT NULL DEFAULT '', phone_sealed TEXT NOT NULL DEFAULT '',
    at @INT NOT NULL, asked_at @INT NOT NULL DEFAULT 0, asked_until @INT NOT NULL DEFAULT 0,
    round @INT NOT NULL DEFAULT 1, contacted TEXT NOT NULL DEFAULT '', solved TEXT NOT NULL DEFAULT '', satisfied TEXT NOT NULL DEFAULT '',
    stars @INT NOT NULL DEFAULT 0, word TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '', rated_at @INT NOT NULL DEFAULT 0,
    @AT_ID
) @TABLE;
CREATE INDEX report_matter ON report (district, matter_id, id);
CREATE UNIQUE INDEX report_code ON report (district, code_hash);

-- What reporters answered in rounds before the last reopening: it was said, and it counts.
CREATE TABLE answer (
    district @INT NOT NULL, report_id @INT NOT NULL, round @INT NOT NULL,
    contacted TEXT NOT NULL, solved TEXT NOT NULL, satisfied TEXT NOT NULL, stars @INT NOT NULL, word TEXT NOT NULL, rated_at @INT NOT NULL,
    PRIMARY KEY (district, report_id, round)
) @NARROW;

-- A decision on display (公示): from the event that began it until what became of it (done, upheld, stopped). What is shown are
-- the fields that the pack names, as they were in the matter's ledger up to seq.
CREATE TABLE disclosure (
    district @INT NOT NULL, id @ID NOT NULL, matter_id @INT NOT NULL, seq @INT NOT NULL, step TEXT NOT NULL, round @INT NOT NULL,
    unit_id @INT NOT NULL, unit_path TEXT NOT NULL, from_at @INT NOT NULL, until_at @INT NOT NULL,
    ended_at @INT NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '',
    @BY_ID
) @TABLE;
CREATE INDEX disclosure_matter ON disclosure (district, matter_id, id);
CREATE INDEX disclosure_now ON disclosure (district, id) WHERE ended_at = 0;

-- What somebody says against it; n counts in the matter. outcome: '' open, dismissed, upheld, moot (it came down meanwhile).
CREATE TABLE objection (
    district @INT NOT NULL, id @ID NOT NULL, disclosure_id @INT NOT NULL, n @INT NOT NULL, code_hash @BLOB NOT NULL,
    body TEXT NOT NULL, name_sealed TEXT NOT NULL DEFAULT '', phone_sealed TEXT NOT NULL DEFAULT '', at @INT NOT NULL, due_at @INT NOT NULL,
    answered_at @INT NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '',
    @AT_ID
) @TABLE;
CREATE INDEX objection_disclosure ON objection (district, disclosure_id, n);
CREATE UNIQUE INDEX objection_code ON objection (district, code_hash);

-- Who supports what a display asks support for. hash: keyed, of their number, so that each counts once in a matter; by_id: who
-- brought them in on paper, 0: they came themselves. Name and number are sealed under id. struck_at: by who keeps the topic, 0: counts.
CREATE TABLE supporter (
    district @INT NOT NULL, matter_id @INT NOT NULL, hash @BLOB NOT NULL, id @INT NOT NULL,
    name_sealed TEXT NOT NULL, phone_sealed TEXT NOT NULL, by_id @INT NOT NULL DEFAULT 0, at @INT NOT NULL,
    struck_at @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, matter_id, hash)
) @NARROW;
CREATE INDEX supporter_id ON supporter (district, matter_id, id);

CREATE TABLE picture (
    district @INT NOT NULL, id @ID NOT NULL, matter_id @INT NOT NULL, event_id @INT NOT NULL DEFAULT 0,
    kind TEXT NOT NULL, width @INT NOT NULL, height @INT NOT NULL, jpeg @BLOB NOT NULL, thumb @BLOB NOT NULL, at @INT NOT NULL,
    @BY_ID
) @TABLE;
CREATE INDEX picture_matter ON picture (district, matter_id, id);

CREATE TABLE event (
    district @INT NOT NULL, id @ID NOT NULL, subject @INT NOT NULL, seq @INT NOT NULL,
    at @INT NOT NULL, who @INT NOT NULL, as_unit @INT NOT NULL, noun TEXT NOT NULL, kind TEXT NOT NULL,
    content TEXT NOT NULL, hash @BLOB NOT NULL,
    @BY_ID
) @TABLE;
CREATE UNIQUE INDEX event_subject ON event (district, subject, seq);

CREATE TABLE seal (
    district @INT NOT NULL, id @ID NOT NULL, after_id @INT NOT NULL, upto_id @INT NOT NULL, events @INT NOT NULL,
    root @BLOB NOT NULL, signature @BLOB NOT NULL, at @INT NOT NULL,
    @BY_ID
) @TABLE;

-- Keys of personal content, one a subject, sealed with the district's; erasing is deleting here.
CREATE TABLE subject_key (
    district @INT NOT NULL, subject @INT NOT NULL, sealed @BLOB NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, subject)
) @NARROW;

-- matter.counts lists a matter's own entries, so that no index by matter is needed.
-- Figures: what each matter counts for (entry; n: its n-th part or rating) and the sums by unit, subject and period (counter).
-- period is 202611 or 20261121; subject '' is all. A figure leads back to its entries and they to matters.
CREATE TABLE entry (
    district @INT NOT NULL, figure TEXT NOT NULL, unit_path TEXT NOT NULL, at @INT NOT NULL, subject_id @INT NOT NULL,
    n @INT NOT NULL, subject TEXT NOT NULL, value @INT NOT NULL,
    PRIMARY KEY (district, figure, at, subject_id, n)
) @NARROW;

CREATE TABLE counter (
    district @INT NOT NULL, unit_id @INT NOT NULL, figure TEXT NOT NULL, period @INT NOT NULL, subject TEXT NOT NULL, value @INT NOT NULL,
    PRIMARY KEY (district, unit_id, figure, subject, period)
) @NARROW;

-- Changes of entries that the counters do not hold yet, a group's in one row (civic/tally.h): figure, at, path, subject, value.
CREATE TABLE uncounted (
    district @INT NOT NULL, id @ID NOT NULL, changes TEXT NOT NULL,
    @AT_ID
) @TABLE;

-- 权责清单: subject × area → unit. A verdict proposes, a person confirms, routing uses what is confirmed.
CREATE TABLE duty_list (
    district @INT NOT NULL, id @ID NOT NULL, subject TEXT NOT NULL, area_path TEXT NOT NULL, unit_id @INT NOT NULL,
    matter_id @INT NOT NULL DEFAULT 0, proposed_at @INT NOT NULL, confirmed_at @INT NOT NULL DEFAULT 0, confirmed_by @INT NOT NULL DEFAULT 0,
    ended_at @INT NOT NULL DEFAULT 0,
    @BY_ID
) @TABLE;
CREATE INDEX duty_list_subject ON duty_list (district, subject, area_path);

-- Told to somebody: a unit's role, a person, or a reporter (by their report).
CREATE TABLE notice (
    district @INT NOT NULL, id @ID NOT NULL, unit_id @INT NOT NULL DEFAULT 0, role TEXT NOT NULL DEFAULT '', person_id @INT NOT NULL DEFAULT 0,
    report_id @INT NOT NULL DEFAULT 0, kind TEXT NOT NULL, matter_id @INT NOT NULL DEFAULT 0, gathering_id @INT NOT NULL DEFAULT 0, content TEXT NOT NULL DEFAULT '', at @INT NOT NULL,
    @BY_ID
) @TABLE;
CREATE INDEX notice_unit ON notice (district, unit_id, role, id);
CREATE INDEX notice_person ON notice (district, person_id, id) WHERE person_id > 0;
CREATE INDEX notice_report ON notice (district, report_id, id);

-- The newest that somebody has seen.
CREATE TABLE notice_seen (
    district @INT NOT NULL, person_id @INT NOT NULL, notice_id @INT NOT NULL,
    PRIMARY KEY (district, person_id)
) @NARROW;

-- Who looked at something personal, of a matter, an entry of a roll or somebody who holds a post (of_person_id), or who read evidence (evidence_id); the same stands in its
-- ledger.
CREATE TABLE look (
    district @INT NOT NULL, id @ID NOT NULL, unit_path TEXT NOT NULL, person_id @INT NOT NULL, matter_id @INT NOT NULL, roll_entry_id @INT NOT NULL DEFAULT 0, of_person_id @INT NOT NULL DEFAULT 0,
    evidence_id @INT NOT NULL DEFAULT 0, field TEXT NOT NULL, reason TEXT NOT NULL, at @INT NOT NULL,
    @BY_ID
) @TABLE;

-- A request that may come twice (a phone without network, a double click) is answered twice and done once.
CREATE TABLE request_key (
    district @INT NOT NULL, key TEXT NOT NULL CHECK (length(key) <= 80), answer TEXT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, key)
) @NARROW;
CREATE INDEX request_key_at ON request_key (district, at);

CREATE TABLE setting (
    district @INT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (district, name)
) @NARROW;

CREATE TABLE model (
    district @INT NOT NULL, name TEXT NOT NULL, bytes @BLOB NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, name)
) @TABLE;

CREATE TABLE calendar_day (
    district @INT NOT NULL, day @INT NOT NULL, at @INT NOT NULL, works @FLAG NOT NULL, name TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (district, day, at)
) @NARROW;

-- People meet: meeting, lecture, class, test, contest, survey. fields: what the pack asks, as JSON; counts: as matter.counts.
-- state: draft (the roll may still be changed), called (it is frozen), open, closed, cancelled. should_attend is the frozen roll;
-- present those of it who are there themselves or by proxy; heads were counted at an event that has no roll. numbers: what else it
-- counted (contestants, sat, passed, asked), as JSON.
CREATE TABLE gathering (
    district @INT NOT NULL, id @ID NOT NULL, kind TEXT NOT NULL, def_hash TEXT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) <= 200), place TEXT NOT NULL DEFAULT '', online @FLAG NOT NULL DEFAULT 0,
    fields TEXT NOT NULL, unit_id @INT NOT NULL, unit_path TEXT NOT NULL, opener_id @INT NOT NULL, state TEXT NOT NULL,
    prepared_at @INT NOT NULL, called_at @INT NOT NULL DEFAULT 0, starts_at @INT NOT NULL, ends_at @INT NOT NULL,
    opened_at @INT NOT NULL DEFAULT 0, closed_at @INT NOT NULL DEFAULT 0, changed_at @INT NOT NULL,
    capacity @INT NOT NULL DEFAULT 0, should_attend @INT NOT NULL DEFAULT 0, present @INT NOT NULL DEFAULT 0, heads @INT NOT NULL DEFAULT 0,
    numbers TEXT NOT NULL DEFAULT '{}',
    seq @INT NOT NULL, head @BLOB NOT NULL, counts TEXT NOT NULL DEFAULT '',
    @BY_ID
) @TABLE;
CREATE INDEX gathering_unit ON gathering (district, unit_path, starts_at, id);
CREATE INDEX gathering_start ON gathering (district, starts_at, id);
CREATE INDEX gathering_kind ON gathering (district, kind, starts_at, id);

-- One who should attend, has signed up, is asked, sits a test, competes or judges (part). n counts from 1 in a gathering.
-- state: '' expected, present, excused, waiting (for a place), left (signed off). way: how presence came: code, roll, proxy.
CREATE TABLE seat (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL, part TEXT NOT NULL,
    person_id @INT NOT NULL DEFAULT 0, unit_id @INT NOT NULL DEFAULT 0, roll_entry_id @INT NOT NULL DEFAULT 0,
    name TEXT NOT NULL CHECK (length(name) <= 100), area @INT NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT '', way TEXT NOT NULL DEFAULT '', at @INT NOT NULL DEFAULT 0, proxy_n @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, gathering_id, n)
) @TABLE;
CREATE INDEX seat_person ON seat (district, person_id, gathering_id, n);
CREATE INDEX seat_name ON seat (district, gathering_id, name);
CREATE INDEX seat_proxy ON seat (district, gathering_id, proxy_n);

-- A roll of the pack (roll: households, talents): who stands on it, where, from–to. kind: which of the roll's kinds; state: one of the
-- roll's own states, or how it ended; active_at: since when it counts (0: not yet). label says which (3栋2单元201), building is what coverage
-- is told by. The entry's name, phone and whatever else is personal (personal_sealed, JSON by field) are sealed under the entry's id; same is
-- the keyed hash by which the same person is known again (number of the identity card, or name and phone or birth date). born is the year
-- alone. area is in 0.01 m². about_unit_id: the unit that the entry is, on a roll of units. keeper_id: the person in charge of the entry.
-- post_id: the post that it gives. fields: what else the pack asks, as JSON. review_at: to be confirmed again until then; until_at: it
-- expires; duty_at: the next moment at which a duty of it begins. asked: what who is on it asks for (correction, erasure), in their own
-- words (asked_sealed). seq: of the last event in its ledger that changed it, which says how it is then.
CREATE TABLE roll_entry (
    district @INT NOT NULL, id @ID NOT NULL, roll TEXT NOT NULL, kind TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
    unit_id @INT NOT NULL, unit_path TEXT NOT NULL,
    building TEXT NOT NULL DEFAULT '', label TEXT NOT NULL CHECK (length(label) <= 100), person_id @INT NOT NULL DEFAULT 0,
    about_unit_id @INT NOT NULL DEFAULT 0, keeper_id @INT NOT NULL DEFAULT 0, post_id @INT NOT NULL DEFAULT 0,
    name_sealed TEXT NOT NULL DEFAULT '', phone_sealed TEXT NOT NULL DEFAULT '', personal_sealed TEXT NOT NULL DEFAULT '',
    same @BLOB, born @INT NOT NULL DEFAULT 0,
    area @INT NOT NULL DEFAULT 0, people @INT NOT NULL DEFAULT 0, fields TEXT NOT NULL DEFAULT '',
    from_at @INT NOT NULL, active_at @INT NOT NULL DEFAULT 0, to_at @INT NOT NULL DEFAULT 0,
    review_at @INT NOT NULL DEFAULT 0, until_at @INT NOT NULL DEFAULT 0, duty_at @INT NOT NULL DEFAULT 0,
    asked TEXT NOT NULL DEFAULT '', asked_sealed TEXT NOT NULL DEFAULT '',
    seq @INT NOT NULL,
    @BY_ID
) @TABLE;
CREATE UNIQUE INDEX roll_entry_label ON roll_entry (district, roll, unit_path, label) WHERE to_at = 0 AND label <> '';
CREATE INDEX roll_entry_unit ON roll_entry (district, roll, unit_path, id);
CREATE INDEX roll_entry_same ON roll_entry (district, roll, same) WHERE to_at = 0 AND same IS NOT NULL;
CREATE INDEX roll_entry_person ON roll_entry (district, person_id, id) WHERE person_id > 0;
CREATE INDEX roll_entry_keeper ON roll_entry (district, keeper_id, review_at) WHERE to_at = 0 AND keeper_id > 0;
CREATE INDEX roll_entry_review ON roll_entry (district, roll, unit_path, review_at) WHERE to_at = 0 AND review_at > 0;
CREATE INDEX roll_entry_asked ON roll_entry (district, roll, unit_path, id) WHERE asked <> '';
CREATE INDEX roll_entry_until ON roll_entry (district, until_at) WHERE to_at = 0 AND until_at > 0;
CREATE INDEX roll_entry_duty ON roll_entry (district, duty_at) WHERE duty_at > 0;

-- Two parties tied for a term (bond: mentor_cadre). Each side, one and other, is a person, a unit or an entry of a roll: exactly one of its
-- three ids is set. unit_id is the unit that keeps the bond. state: proposed, active, closing, ended, declined. plan, fields, assessment: what
-- the pack asks, as JSON; contact_at: the last time that contact was noted; alarm: what waits for its keeper, by a key; alarm_at: when that is
-- looked at next.
CREATE TABLE bond (
    district @INT NOT NULL, id @ID NOT NULL, kind TEXT NOT NULL, def_hash TEXT NOT NULL, unit_id @INT NOT NULL, unit_path TEXT NOT NULL,
    one_person_id @INT NOT NULL DEFAULT 0, one_unit_id @INT NOT NULL DEFAULT 0, one_entry_id @INT NOT NULL DEFAULT 0,
    other_person_id @INT NOT NULL DEFAULT 0, other_unit_id @INT NOT NULL DEFAULT 0, other_entry_id @INT NOT NULL DEFAULT 0,
    state TEXT NOT NULL, from_at @INT NOT NULL, until_at @INT NOT NULL, ended_at @INT NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '', plan TEXT NOT NULL DEFAULT '', plan_at @INT NOT NULL DEFAULT 0, assessment TEXT NOT NULL DEFAULT '',
    contact_at @INT NOT NULL DEFAULT 0, alarm TEXT NOT NULL DEFAULT '', alarm_at @INT NOT NULL DEFAULT 0, duty_at @INT NOT NULL DEFAULT 0,
    @BY_ID
) @TABLE;
CREATE INDEX bond_unit ON bond (district, unit_path, kind, id);
CREATE INDEX bond_one_person ON bond (district, one_person_id, id) WHERE one_person_id > 0;
CREATE INDEX bond_other_person ON bond (district, other_person_id, id) WHERE other_person_id > 0;
CREATE INDEX bond_one_unit ON bond (district, one_unit_id, id) WHERE one_unit_id > 0;
CREATE INDEX bond_other_unit ON bond (district, other_unit_id, id) WHERE other_unit_id > 0;
CREATE INDEX bond_one_entry ON bond (district, one_entry_id, id) WHERE one_entry_id > 0;
CREATE INDEX bond_other_entry ON bond (district, other_entry_id, id) WHERE other_entry_id > 0;
CREATE INDEX bond_until ON bond (district, until_at) WHERE state = 'active';
CREATE INDEX bond_alarm ON bond (district, alarm_at) WHERE alarm_at > 0;
CREATE INDEX bond_wrong ON bond (district, unit_id, id) WHERE alarm <> '';
CREATE INDEX bond_duty ON bond (district, duty_at) WHERE duty_at > 0;

-- Something that falls due again: one row for each span (from_at) of a duty (name) of its source: an entry of a roll, a bond or a unit
-- (noun: roll_entry, bond, unit). It is a person's or a role's in a unit. state: '' to be done, done (done_at after due_at: late), excused, moot
-- (its source ended before it was due). Missed is not a state: what is '' after due_at is missed, by the clock. After shut_at nobody
-- can do it any more. done_at: done or excused. note: what the pack asks, as JSON. Spans that
-- begin together stand in duty_due in the order of the table, and in duty_open behind each other for a unit, so that making them fills
-- none at random.
CREATE TABLE duty (
    district @INT NOT NULL, source_id @INT NOT NULL, name TEXT NOT NULL, from_at @INT NOT NULL, noun TEXT NOT NULL, kind TEXT NOT NULL,
    unit_id @INT NOT NULL, unit_path TEXT NOT NULL, person_id @INT NOT NULL DEFAULT 0, role_unit_id @INT NOT NULL DEFAULT 0, role TEXT NOT NULL DEFAULT '',
    due_at @INT NOT NULL, shut_at @INT NOT NULL, state TEXT NOT NULL DEFAULT '', done_at @INT NOT NULL DEFAULT 0, by_id @INT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '', matter_id @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, source_id, name, from_at)
) @NARROW;
CREATE INDEX duty_whose ON duty (district, person_id, role_unit_id, role, due_at) WHERE state = '';
CREATE INDEX duty_open ON duty (district, unit_path, source_id, name, from_at, due_at) WHERE state = '';
CREATE INDEX duty_due ON duty (district, kind, due_at);
CREATE INDEX duty_done ON duty (district, done_at) WHERE done_at > 0;

-- One round of an appraisal (appraisal: secretary_stars) of a unit's subtree and a period. rule: the formula as it was, as JSON, so that it
-- comes out the same a year later. state: open (inputs are given), draft, shown (appeals are taken), published, dropped. appeal_until: of the first
-- instance; closes_at: until when an appeal of any instance can still be made, 0 once that time was closed.
CREATE TABLE appraisal (
    district @INT NOT NULL, id @ID NOT NULL, kind TEXT NOT NULL, def_hash TEXT NOT NULL, rule TEXT NOT NULL,
    unit_id @INT NOT NULL, unit_path TEXT NOT NULL, period TEXT NOT NULL, from_at @INT NOT NULL, to_at @INT NOT NULL,
    state TEXT NOT NULL, opened_at @INT NOT NULL, shown_at @INT NOT NULL DEFAULT 0, appeal_until @INT NOT NULL DEFAULT 0, closes_at @INT NOT NULL DEFAULT 0, published_at @INT NOT NULL DEFAULT 0,
    seq @INT NOT NULL, head @BLOB NOT NULL,
    @BY_ID
) @TABLE;
CREATE INDEX appraisal_unit ON appraisal (district, unit_path, kind, id);
CREATE INDEX appraisal_closes ON appraisal (district, closes_at) WHERE closes_at > 0;

-- Who or what is appraised: a post, unit, entry of a roll or bond (subject_id), n from 1. points and the like in hundredths; points -1: too
-- little to say anything (why: a sentence's key). stars and rank 0: none. class: within which it is ranked.
CREATE TABLE appraised (
    district @INT NOT NULL, appraisal_id @INT NOT NULL, n @INT NOT NULL, subject_id @INT NOT NULL, person_id @INT NOT NULL DEFAULT 0,
    unit_id @INT NOT NULL, unit_path TEXT NOT NULL, name TEXT NOT NULL CHECK (length(name) <= 100), class TEXT NOT NULL DEFAULT '',
    points @INT NOT NULL DEFAULT -1, stars @INT NOT NULL DEFAULT 0, rank @INT NOT NULL DEFAULT 0, passed @FLAG NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (district, appraisal_id, n)
) @NARROW;
CREATE INDEX appraised_subject ON appraised (district, subject_id, appraisal_id);
CREATE INDEX appraised_person ON appraised (district, person_id, appraisal_id) WHERE person_id > 0;

-- What went into it, an item a row; by_id: the judge or checker (0: the program, of a figure). value in hundredths, -1: a share of nothing;
-- over, under: what a share stands on; word: a reason. instance 0: as it was given; 1 or 2: as an appeal of that instance corrected it,
-- which holds instead.
CREATE TABLE appraisal_input (
    district @INT NOT NULL, appraisal_id @INT NOT NULL, n @INT NOT NULL, item TEXT NOT NULL, by_id @INT NOT NULL, instance @INT NOT NULL DEFAULT 0,
    value @INT NOT NULL, over @INT NOT NULL DEFAULT 0, under @INT NOT NULL DEFAULT 0, word TEXT NOT NULL DEFAULT '', at @INT NOT NULL,
    PRIMARY KEY (district, appraisal_id, n, item, by_id, instance)
) @NARROW;

-- An appeal of somebody appraised, in the first or second instance; answer '': not answered yet. until_at: until when the next instance may be
-- called, once this one was answered; 0: not.
CREATE TABLE appraisal_appeal (
    district @INT NOT NULL, appraisal_id @INT NOT NULL, n @INT NOT NULL, instance @INT NOT NULL, reason TEXT NOT NULL, by_id @INT NOT NULL,
    at @INT NOT NULL, due_at @INT NOT NULL, answer TEXT NOT NULL DEFAULT '', upheld @FLAG NOT NULL DEFAULT 0, answered_by @INT NOT NULL DEFAULT 0, answered_at @INT NOT NULL DEFAULT 0,
    until_at @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, appraisal_id, n, instance)
) @NARROW;

-- What an inspection saw of somebody at work, tied to a matter: sealed under its own id, for named posts only; every read is a look.
CREATE TABLE evidence (
    district @INT NOT NULL, id @ID NOT NULL, kind TEXT NOT NULL, person_id @INT NOT NULL, unit_id @INT NOT NULL, unit_path TEXT NOT NULL,
    matter_id @INT NOT NULL DEFAULT 0, body_sealed TEXT NOT NULL, by_id @INT NOT NULL, at @INT NOT NULL,
    @BY_ID
) @TABLE;
CREATE INDEX evidence_person ON evidence (district, person_id, id);
CREATE INDEX evidence_matter ON evidence (district, matter_id, id);

-- What can be given, so many of it: capacity, of which `taken` are held. fields: what else the pack asks, as JSON.
CREATE TABLE resource (
    district @INT NOT NULL, id @ID NOT NULL, kind TEXT NOT NULL, unit_id @INT NOT NULL, unit_path TEXT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) <= 200), fields TEXT NOT NULL DEFAULT '',
    capacity @INT NOT NULL, taken @INT NOT NULL DEFAULT 0 CHECK (taken >= 0 AND taken <= capacity),
    from_at @INT NOT NULL, ended_at @INT NOT NULL DEFAULT 0, seq @INT NOT NULL, head @BLOB NOT NULL,
    @BY_ID
) @TABLE;
CREATE INDEX resource_kind ON resource (district, kind, unit_path, id);

-- One of a resource that a matter holds, until it is given back or has run out (until_at, 0: no end is set). tell_at: when who holds it and who
-- keeps it are told that it is about to; 0: they were, or need not be.
CREATE TABLE allotment (
    district @INT NOT NULL, resource_id @INT NOT NULL, matter_id @INT NOT NULL,
    from_at @INT NOT NULL, until_at @INT NOT NULL DEFAULT 0, ended_at @INT NOT NULL DEFAULT 0, tell_at @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, resource_id, matter_id)
) @NARROW;
CREATE INDEX allotment_tell ON allotment (district, tell_at) WHERE ended_at = 0 AND tell_at > 0;
CREATE INDEX allotment_matter ON allotment (district, matter_id, from_at, until_at, ended_at);
CREATE INDEX allotment_until ON allotment (district, until_at) WHERE ended_at = 0 AND until_at > 0;

-- A file that somebody gave with a matter (a résumé): name and bytes sealed under its own id, gone when erased_at is set. by_person: who gave
-- it, 0: the reporter; they may take it back. matter_id 0: not claimed yet.
CREATE TABLE attachment (
    district @INT NOT NULL, id @ID NOT NULL, matter_id @INT NOT NULL DEFAULT 0, action TEXT NOT NULL DEFAULT '', field TEXT NOT NULL DEFAULT '', type TEXT NOT NULL, bytes @INT NOT NULL,
    name_sealed TEXT NOT NULL, sealed @BLOB NOT NULL, by_person @INT NOT NULL, at @INT NOT NULL, consent_at @INT NOT NULL DEFAULT 0,
    expires_at @INT NOT NULL DEFAULT 0, erased_at @INT NOT NULL DEFAULT 0,
    @BY_ID
) @TABLE;
CREATE INDEX attachment_matter ON attachment (district, matter_id, id);
CREATE INDEX attachment_expiry ON attachment (district, expires_at) WHERE expires_at > 0 AND erased_at = 0;

-- Who has which booth of a fair now; who had one stands in the gathering's ledger.
CREATE TABLE booth (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL, unit_id @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, gathering_id, n)
) @NARROW;
CREATE UNIQUE INDEX booth_unit ON booth (district, gathering_id, unit_id);

-- Hours of service that somebody gave in a matter, in minutes, as its action said; unit_id: the unit for which it counts.
CREATE TABLE service (
    district @INT NOT NULL, person_id @INT NOT NULL, matter_id @INT NOT NULL, at @INT NOT NULL, minutes @INT NOT NULL,
    mechanism TEXT NOT NULL, unit_id @INT NOT NULL, unit_path TEXT NOT NULL,
    PRIMARY KEY (district, person_id, matter_id, at)
) @NARROW;
CREATE INDEX service_at ON service (district, at);
CREATE INDEX service_person ON service (district, person_id, at);
CREATE INDEX service_matter ON service (district, matter_id, at, person_id);

-- A question of a bank, as it was written: a change is a new one, and the old one ends. options and answer: texts, a line each.
CREATE TABLE question (
    district @INT NOT NULL, id @ID NOT NULL, bank TEXT NOT NULL CHECK (length(bank) <= 40), kind TEXT NOT NULL,
    text TEXT NOT NULL CHECK (length(text) <= 1000), options TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '', mark @INT NOT NULL,
    from_at @INT NOT NULL, to_at @INT NOT NULL DEFAULT 0,
    @BY_ID
) @TABLE;
CREATE UNIQUE INDEX question_text ON question (district, bank, kind, text) WHERE to_at = 0;

-- A test's paper: the questions as drawn when it was called, by a seed that is told once it is closed; hash, of the seed, is told
-- before. The draw is a pure function of seed and bank (docs/pack-author.md).
CREATE TABLE paper (
    district @INT NOT NULL, gathering_id @INT NOT NULL, bank TEXT NOT NULL, seed TEXT NOT NULL, hash TEXT NOT NULL,
    full_mark @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, gathering_id)
) @NARROW;
CREATE TABLE paper_question (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL, question_id @INT NOT NULL,
    PRIMARY KEY (district, gathering_id, n)
) @NARROW;

-- What one seat of a survey or test answers, as JSON by field or by number. state: asked, refused, away (nobody home); begun, handed.
-- way: self, door, paper. second: what the second clerk read on a paper sheet. request: the key of the last visit, so that it counts once.
-- id is its subject in the ledger.
CREATE TABLE sheet (
    district @INT NOT NULL, gathering_id @INT NOT NULL, seat_n @INT NOT NULL, id @INT NOT NULL,
    state TEXT NOT NULL, way TEXT NOT NULL, by_id @INT NOT NULL DEFAULT 0, visits @INT NOT NULL DEFAULT 0,
    answers TEXT NOT NULL DEFAULT '{}', second TEXT NOT NULL DEFAULT '', second_by @INT NOT NULL DEFAULT 0, request TEXT NOT NULL DEFAULT '',
    begun_at @INT NOT NULL DEFAULT 0, due_at @INT NOT NULL DEFAULT 0, handed_at @INT NOT NULL DEFAULT 0, mark @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, gathering_id, seat_n)
) @NARROW;
CREATE INDEX sheet_due ON sheet (district, due_at) WHERE handed_at = 0 AND due_at > 0;

-- What a gathering votes on: brought by a matter at a meet step (joined: it decides the next step too), or put by who called it.
-- rule: quorum and pass as frozen, as JSON. state: waiting, open, decided; counts are those it was decided by. areas in 0.01 m².
CREATE TABLE motion (
    district @INT NOT NULL, id @ID NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL,
    matter_id @INT NOT NULL DEFAULT 0, step TEXT NOT NULL DEFAULT '', joined @FLAG NOT NULL DEFAULT 0,
    text TEXT NOT NULL CHECK (length(text) <= 4000), rule TEXT NOT NULL, method TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
    should_attend @INT NOT NULL DEFAULT 0, present @INT NOT NULL DEFAULT 0, in_favour @INT NOT NULL DEFAULT 0,
    against @INT NOT NULL DEFAULT 0, abstain @INT NOT NULL DEFAULT 0, invalid @INT NOT NULL DEFAULT 0,
    area_should @INT NOT NULL DEFAULT 0, area_present @INT NOT NULL DEFAULT 0, area_in_favour @INT NOT NULL DEFAULT 0,
    slips @INT NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT '', opened_at @INT NOT NULL DEFAULT 0, decided_at @INT NOT NULL DEFAULT 0,
    @BY_ID
) @TABLE;
CREATE INDEX motion_gathering ON motion (district, gathering_id, n);
CREATE INDEX motion_matter ON motion (district, matter_id) WHERE matter_id > 0;

-- An open vote, by seat; choice: favour, against, abstain. In a secret ballot the seat only has the mark that it drew a slip: slip.
CREATE TABLE vote (
    district @INT NOT NULL, motion_id @INT NOT NULL, seat_n @INT NOT NULL, choice TEXT NOT NULL,
    PRIMARY KEY (district, motion_id, seat_n)
) @NARROW;

-- A slip of a secret ballot: the keyed hash of its code and what was chosen with it. No order, no time, nobody's name
-- (docs/decisions/0007).
CREATE TABLE ballot (
    district @INT NOT NULL, hash @BLOB NOT NULL, motion_id @INT NOT NULL, choice TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (district, hash)
) @NARROW;
CREATE INDEX ballot_motion ON ballot (district, motion_id, hash, choice);

-- A batch of paper ballots as one person keyed it; two must agree.
CREATE TABLE keying (
    district @INT NOT NULL, motion_id @INT NOT NULL, batch @INT NOT NULL, person_id @INT NOT NULL,
    in_favour @INT NOT NULL, against @INT NOT NULL, abstain @INT NOT NULL, invalid @INT NOT NULL, area_in_favour @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, motion_id, batch, person_id)
) @NARROW;

-- A contest: what its kind of gathering lets judges mark. on_n: the contestant who is on, 0 none. After the gathering was closed
-- its ranking is a draft until final_at; appeals are taken until appeal_until.
CREATE TABLE contest (
    district @INT NOT NULL, gathering_id @INT NOT NULL, on_n @INT NOT NULL DEFAULT 0,
    appeal_until @INT NOT NULL DEFAULT 0, final_at @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, gathering_id)
) @NARROW;
CREATE INDEX contest_due ON contest (district, appeal_until) WHERE final_at = 0 AND appeal_until > 0;

-- A contestant, by seat. state: '' waits, on, closed (its marks stand), withdrawn. points in hundredths, -1: too few marks.
CREATE TABLE entrant (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) <= 100), matter_id @INT NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT '',
    points @INT NOT NULL DEFAULT -1, rank @INT NOT NULL DEFAULT 0, marks @INT NOT NULL DEFAULT 0, kept @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, gathering_id, n)
) @NARROW;

-- What a judge gave a contestant for an item, in hundredths.
CREATE TABLE mark (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL, judge_n @INT NOT NULL, item TEXT NOT NULL,
    value @INT NOT NULL, at @INT NOT NULL,
    PRIMARY KEY (district, gathering_id, n, judge_n, item)
) @NARROW;

-- A judge does not mark this contestant. why: unit (of the judge's own), self, said (by judge or clerk, with a reason).
CREATE TABLE recusal (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL, judge_n @INT NOT NULL,
    why TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', at @INT NOT NULL,
    PRIMARY KEY (district, gathering_id, n, judge_n)
) @NARROW;

-- A contestant's one appeal against the draft ranking. answer '': not answered yet.
CREATE TABLE appeal (
    district @INT NOT NULL, gathering_id @INT NOT NULL, n @INT NOT NULL,
    reason TEXT NOT NULL, at @INT NOT NULL, answer TEXT NOT NULL DEFAULT '', upheld @FLAG NOT NULL DEFAULT 0,
    answered_by @INT NOT NULL DEFAULT 0, answered_at @INT NOT NULL DEFAULT 0,
    PRIMARY KEY (district, gathering_id, n)
) @NARROW;
