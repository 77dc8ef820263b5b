### People, accounts and posts

password-rule = 至少 { $length } 個字元，且不同於使用者名稱
login-rule = 小寫字母、數字、點、橫線，最多 64 個字元
login-free-rule = 尚未使用的使用者名稱
post-rule = 預案規定的崗位及其所在部門
