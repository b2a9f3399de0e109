-- one row per (block, entity, entity_id): a vector, learned from events before the block;
-- shown_id where it is of something without a key, such as a word
create or replace temp table entity_vectors (
    block integer, entity varchar, entity_id integer, vector float[], shown_id varchar
);
