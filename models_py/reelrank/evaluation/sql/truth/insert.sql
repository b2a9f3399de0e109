-- adds rows computed in Python
insert into judge_truth by name
select * from judge_result
