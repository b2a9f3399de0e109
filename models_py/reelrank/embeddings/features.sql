-- the rows of any table with user_id and video_id, with the embedding features;
-- vectors are those of one block, which know only events of days before it
create or replace temp macro rows_with_embeddings(rows_table, vector_block) as table
    with wanted as (
        from query_table(rows_table)
    ),

    users as (
        select
            user_vectors.entity_id as user_id,
            user_vectors.vector,
            user_directions.score_vector,
            user_directions.taste_vector
        from user_vectors
        inner join user_directions using (block, entity_id)
        where user_vectors.block = vector_block
    ),

    videos as (
        select
            video_profiles.video_id,
            video_directions.centred_vector,
            video_directions.popularity,
            tag_vectors.vector as tag_vector,
            author_vectors.vector as author_vector,
            category_vectors.vector as category_vector
        from features.video_profiles
        left join video_directions
            on
                video_profiles.video_id = video_directions.entity_id
                and video_directions.block = vector_block
        left join tag_vectors
            on
                video_profiles.first_tag_id = tag_vectors.entity_id
                and tag_vectors.block = vector_block
        left join author_vectors
            on
                video_profiles.author_id = author_vectors.entity_id
                and author_vectors.block = vector_block
        left join category_vectors
            on
                video_profiles.first_level_category_id = category_vectors.entity_id
                and category_vectors.block = vector_block
    )

    select
        wanted.*,
        array_inner_product(users.score_vector, videos.centred_vector) as als_score,
        array_inner_product(users.taste_vector, videos.centred_vector) as als_taste,
        videos.popularity as als_popularity,
        array_cosine_similarity(users.vector, videos.tag_vector) as als_user_tag_cosine,
        array_cosine_similarity(users.vector, videos.author_vector)
            as als_user_author_cosine,
        array_cosine_similarity(users.vector, videos.category_vector)
            as als_user_category_cosine
    from wanted
    left join users on wanted.user_id = users.user_id
    left join videos on wanted.video_id = videos.video_id
