-- one row per (entity, entity_id): the vectors that know all of train, kept with the run
create or replace temp table run_embedding_vectors as
select
    'user' as entity,
    entity_id,
    vector
from user_vectors
where block = $block
union all
select
    'video' as entity,
    entity_id,
    vector
from video_vectors
where block = $block
union all
select
    'tag' as entity,
    entity_id,
    vector
from tag_vectors
where block = $block
union all
select
    'author' as entity,
    entity_id,
    vector
from author_vectors
where block = $block
union all
select
    'category' as entity,
    entity_id,
    vector
from category_vectors
where block = $block
