-- what was loaded, set aside and left unknown
from data_quality()
