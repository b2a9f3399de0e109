-- into the vectors of a block: play_word, how videos with a word in their captions differ
-- from what category, tag and author say. The variance of words beyond chance is that of
-- their means less what their few videos explain; without it, a word says nothing.
insert into entity_vectors
with profiles as (
    select
        video_id,
        coalesce(first_level_category_id, -1) as category,
        coalesce(first_tag_id, -1) as tag,
        coalesce(author_id, -1) as author
    from features.video_profiles
),

watched as (
    select distinct video_id from training.als_confidences
),

differences as (
    select
        videos.entity_id as video_id,
        unnest(range(1, len(videos.vector) + 1)) as place,
        unnest(videos.vector) - unnest(categories.vector)
        - unnest(tags.vector) - unnest(authors.vector) as difference
    from entity_vectors as videos
    inner join watched on videos.entity_id = watched.video_id
    inner join profiles on videos.entity_id = profiles.video_id
    inner join entity_vectors as categories
        on
            profiles.category = categories.entity_id
            and categories.entity = 'play_category'
            and categories.block = $block
    inner join entity_vectors as tags
        on
            profiles.tag = tags.entity_id
            and tags.entity = 'play_tag'
            and tags.block = $block
    inner join entity_vectors as authors
        on
            profiles.author = authors.entity_id
            and authors.entity = 'play_author'
            and authors.block = $block
    where videos.entity = 'play_video' and videos.block = $block
),

words as (
    select
        video_id,
        unnest(caption_words(concat_ws(' ', caption, cover_text))) as word
    from staging.stg_video_captions
),

word_means as (
    select
        words.word,
        differences.place,
        count(*) as video_count,
        avg(differences.difference order by differences.video_id) as mean
    from words
    inner join differences using (video_id)
    group by all
    having count(*) >= 2
),

noises as (
    select
        place,
        var_pop(difference order by video_id) as variance
    from differences
    group by place
),

spreads as (
    select
        place,
        any_value(noises.variance) as noise,
        greatest(
            avg(
                pow(word_means.mean, 2) - noises.variance / word_means.video_count
                order by word_means.word
            ),
            0
        ) as variance
    from word_means
    inner join noises using (place)
    group by place
),

effects as (
    select
        word_means.word,
        list(
            coalesce(
                word_means.mean * spreads.variance
                / (spreads.variance + spreads.noise / word_means.video_count),
                0
            )
            order by word_means.place
        ) as effect
    from word_means
    inner join spreads using (place)
    group by word_means.word
)

select
    $block as block, -- noqa: AL02
    'play_word' as entity,
    cast(row_number() over (order by word) - 1 as integer) as entity_id,
    effect as vector,
    word as shown_id
from effects
