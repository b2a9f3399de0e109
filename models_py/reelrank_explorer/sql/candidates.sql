-- one row per candidate of a user: its source, its place in stage one and in the list
from main.candidates($user_id, 500)
