"""Made-up names of people."""

import random
from typing import Final

_SURNAMES: Final[tuple[str, ...]] = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗",
    *"王李张刘陈杨赵周",  # the commonest ones are far commoner than the rest
    *"郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
)
_GIVEN: Final[tuple[str, ...]] = (
    *"伟芳娜敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂英华玉兰红梅建文志国庆春晓东",
    *"海波宁宇晨轩浩然子涵思远一鸣佳怡雪婷慧颖欣悦嘉瑞俊凯鹏飞翔琳琪瑶璐薇倩莹洁健康安乐和清源润泽",
)


def person(dice: random.Random) -> str:
    """Return a plausible full name."""
    given = dice.choice(_GIVEN) + (dice.choice(_GIVEN) if dice.random() < 0.72 else "")
    return dice.choice(_SURNAMES) + given
