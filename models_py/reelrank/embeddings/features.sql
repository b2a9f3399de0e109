-- the rows of any table with user_id, video_id, event_at, video_duration_ms and
-- pair_watch_count, with the embedding features; vectors are those of one block, which
-- know only events before its first instant
create or replace temp macro rows_with_embeddings(rows_table, vector_block) as table
    with wanted as (
        from query_table(rows_table)
    ),

    users as (
        select
            entity_id as user_id,
            any_value(vector) filter (where entity = 'user') as als_vector,
            any_value(vector) filter (where entity = 'user_score') as als_score_vector,
            any_value(vector) filter (where entity = 'user_taste') as als_taste_vector,
            any_value(vector) filter (where entity = 'exposure_score')
                as exposure_score_vector,
            any_value(vector) filter (where entity = 'exposure_taste')
                as exposure_taste_vector,
            any_value(vector) filter (where entity = 'play_user') as play,
            any_value(vector) filter (where entity = 'tower_user') as tower
        from entity_vectors
        where
            block = vector_block
            and entity in (
                'user', 'user_score', 'user_taste',
                'exposure_score', 'exposure_taste', 'play_user', 'tower_user'
            )
        group by entity_id
    ),

    video_vectors as (
        select
            entity_id as video_id,
            any_value(vector) filter (where entity = 'video_centred') as als_vector,
            any_value(vector[1]) filter (where entity = 'video_popularity')
                as als_popularity,
            any_value(vector) filter (where entity = 'exposure_video')
                as exposure_vector,
            any_value(vector) filter (where entity = 'play_video') as play,
            any_value(vector) filter (where entity = 'tower_video') as tower
        from entity_vectors
        where
            block = vector_block
            and entity in (
                'video_centred', 'video_popularity',
                'exposure_video', 'play_video', 'tower_video'
            )
        group by entity_id
    ),

    videos as (
        select
            video_profiles.video_id,
            video_profiles.uploaded_on,
            video_vectors.als_vector,
            video_vectors.als_popularity,
            video_vectors.exposure_vector,
            video_vectors.play,
            video_vectors.tower,
            tags.vector as tag_vector,
            authors.vector as author_vector,
            categories.vector as category_vector
        from features.video_profiles
        left join video_vectors on video_profiles.video_id = video_vectors.video_id
        left join entity_vectors as tags
            on
                video_profiles.first_tag_id = tags.entity_id
                and tags.entity = 'tag'
                and tags.block = vector_block
        left join entity_vectors as authors
            on
                video_profiles.author_id = authors.entity_id
                and authors.entity = 'author'
                and authors.block = vector_block
        left join entity_vectors as categories
            on
                video_profiles.first_level_category_id = categories.entity_id
                and categories.entity = 'category'
                and categories.block = vector_block
    ),

    -- one row: effects by code, counted from 1
    contexts as (
        select
            any_value(vector) filter (where entity = 'play_hour') as hours,
            any_value(vector) filter (where entity = 'play_age') as ages,
            any_value(vector) filter (where entity = 'play_repeat') as repeats,
            any_value(vector) filter (where entity = 'play_chance') as chance
        from entity_vectors
        where block = vector_block
    ),

    with_play as (
        select
            wanted.*,
            list_inner_product(users.als_score_vector, videos.als_vector) as als_score,
            list_inner_product(users.als_taste_vector, videos.als_vector) as als_taste,
            videos.als_popularity,
            list_inner_product(users.exposure_score_vector, videos.exposure_vector)
                as exposure_score,
            list_inner_product(users.exposure_taste_vector, videos.exposure_vector)
                as exposure_taste,
            list_cosine_similarity(users.als_vector, videos.tag_vector)
                as als_user_tag_cosine,
            list_cosine_similarity(users.als_vector, videos.author_vector)
                as als_user_author_cosine,
            list_cosine_similarity(users.als_vector, videos.category_vector)
                as als_user_category_cosine,
            users.play[1] as play_spread,
            users.play[2] as play_level,
            videos.play[1] as play_video,
            list_inner_product(users.play[3:], videos.play[2:]) as play_taste,
            contexts.hours[hour_code(wanted.event_at) + 1]
            + contexts.ages[age_code(wanted.event_at, videos.uploaded_on) + 1]
            + contexts.repeats[repeat_code(wanted.pair_watch_count) + 1]
                as play_context,
            contexts.chance as play_chances,
            users.tower[1] as tower_spread,
            users.tower[2] + videos.tower[1]
            + list_inner_product(users.tower[3:], videos.tower[2:]) as tower_expected,
            -- log play time that a long view takes at this length
            ln(long_view_steps.watch_ratio_threshold * wanted.video_duration_ms)
                as play_long_view
        from wanted
        cross join contexts
        left join users on wanted.user_id = users.user_id
        left join videos on wanted.video_id = videos.video_id
        left join training.long_view_steps() as long_view_steps
            on
                training.duration_step(wanted.video_duration_ms)
                = long_view_steps.duration_step
    ),

    with_expected as (
        select
            *,
            play_level + play_video + play_taste + play_context as play_log_expected
        from with_play
    ),

    with_margin as (
        select
            *,
            (play_log_expected - play_long_view) / play_spread as play_margin
        from with_expected
    )

    select
        * exclude (play_chances, play_long_view, tower_spread, tower_expected),
        play_chances[1] + play_chances[2] * play_margin as play_log_odds,
        1 / (1 + exp(-play_log_odds)) as play_chance,
        (tower_expected + play_context - play_long_view) / tower_spread
            as two_tower_margin
    from with_margin
